# Ask an API from the workers of the package future and of parallel::mclapply(), in the name of somebody who signed in.
#
#   export COGNITO_STORE=file COGNITO_CLIENT_ID=... API_URL=https://api.example.com/reports
#   cognitoken login
#   Rscript examples/jobs/future_workers.R multisession      # or multicore
#
# What differs: a session may be used in a worker, but no secret goes there with it. The worker opens it again by its
# store, which has to be one that all of them can read. One of them refreshes, the others wait for it.

library(cognitoken)
library(future)
library(httr2)

kind <- commandArgs(trailingOnly = TRUE)
plan(kind, workers = 2)
session <- cognito_session()

report <- function(number) {
  request(Sys.getenv("API_URL")) |>
    req_url_path_append(number) |>
    req_auth_cognito(session) |>
    req_perform() |>
    resp_body_string()
}

jobs <- lapply(1:4, function(number) future(report(number), packages = c("cognitoken", "httr2")))
cat("A future:", value(jobs[[1]]), "\n")
cat("All futures:", length(lapply(jobs, value)), "\n")

# A process that mclapply() forks has the session already.
answers <- parallel::mclapply(5:8, report, mc.cores = 2)
cat("mclapply:", answers[[1]], "\n")
