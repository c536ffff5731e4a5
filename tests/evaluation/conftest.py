"""A small test: four photos of two known landmarks, one of an unknown landmark, three everyday photos."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

CATALOG = """path,landmark,role,source,lat,lon
t1.jpg,eiffel,train,s1,,
t2.jpg,eiffel,train,s1,,
t3.jpg,colosseum,train,s1,,
a.jpg,eiffel,test,s1,,
b.jpg,eiffel,test,s2,,
c.jpg,colosseum,test,s1,,
d.jpg,colosseum,test,s2,41.89,12.49
e.jpg,big_ben,test_unknown,s1,,
f.jpg,,test_negative,s3,,
g.jpg,,test_negative,s3,,
h.jpg,,test_negative,s4,,
v.jpg,,val_negative,s4,,
"""
LANDMARKS = """id,name,city,country,region,lat,lon,category
eiffel,Eiffel Tower,Paris,France,europe,48.8584,2.2945,tower
colosseum,Colosseum <i>,Rome,Italy,europe,41.8902,12.4922,ruin
big_ben,Big Ben,London,UK,islands,51.5007,-0.1246,tower
"""


@pytest.fixture
def photos_folder(tmp_path: Path) -> Path:
    """A folder with photos.csv, landmarks.csv and a picture for each photo but g.jpg."""
    (tmp_path / "photos.csv").write_text(CATALOG)
    (tmp_path / "landmarks.csv").write_text(LANDMARKS)
    for i, name in enumerate("abcdefh"):
        Image.fromarray(np.full((40, 60, 3), 30 * i, np.uint8)).save(tmp_path / f"{name}.jpg")
    return tmp_path
