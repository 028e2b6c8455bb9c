library(testthat)
library(cognitoken)

test_check("cognitoken")
