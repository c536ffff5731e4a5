"""Finds the landmarks in photos and makes albums of them."""
