run "plan" {
  command = plan

  assert {
    condition     = length(distinct(values(output.planned))) == 3
    error_message = "the plan shows three servers on three nodes"
  }
}

run "apply" {
  assert {
    condition     = output.actual == run.plan.planned
    error_message = "apply goes where the plan has shown"
  }
}
