run "count" {
  assert {
    condition     = length(output.cores_by_zone) > 0
    error_message = "there is a zone with a node that is ready"
  }

  assert {
    condition     = alltrue([for cores in values(output.cores_by_zone) : cores > 0])
    error_message = "every zone has cores"
  }
}
