"""Read labelled sets of still pictures: one file a format, every row checked before it counts.

In: the Kaggle ``fer2013.csv``, a folder of class folders, or Parquet. Out: rows, each a picture
with whatever the set says of it; a row that cannot be used says why.
"""
