#!/bin/sh
# test.sh COUNT: counts the words of a line.
[ "$(echo one two three | "$1")" = '3 words' ]
