"""Rules for dtypes."""

from theano._theano import upcast
