run "compute" {
  command = plan

  assert {
    condition = output.subnets == tomap({
      web      = "10.70.0.0/25"
      database = "10.70.0.128/27"
    })
    error_message = "subnets are as small as their hosts allow, and do not overlap"
  }

  assert {
    condition     = novacron_vm.small.memory_gb == 0.5
    error_message = "sizes are counted in GB"
  }
}

run "create" {}
