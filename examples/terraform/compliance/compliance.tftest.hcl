# A failed check fails the test: nothing here opens a port to the Internet.
run "create" {
  assert {
    condition     = length(novacron_security_group.web.rules) == 1
    error_message = "the security group has its rule"
  }
}
