run "create" {
  assert {
    condition     = startswith(output.role.id, "role_") && output.role.operator_reads
    error_message = "the role exists, and the built-in one is found"
  }
}
