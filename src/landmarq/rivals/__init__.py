"""Other ways to recognise landmarks, run on the same photos and measured by the same scorer as ours."""
