run "create" {
  assert {
    condition     = jsondecode(output.limits).web.cores == 4
    error_message = "the document has the limits of the teams"
  }
}
