# A refresh that its caller no longer waits for is stored before R ends: the service tells a new refresh token once.
.onLoad <- function(libname, pkgname) {
  reg.finalizer(topenv(), function(namespace) .Call(door_finish_requests), onexit = TRUE)
}
