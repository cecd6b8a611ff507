run "create" {
  assert {
    condition     = novacron_vm.database.security_groups == toset([novacron_security_group.database.id])
    error_message = "a VM has the groups that it names"
  }

  assert {
    condition     = [for rule in output.web_rules : rule.ports] == ["443"]
    error_message = "the group allows what the configuration says"
  }
}

# Another port reaches the VMs of the group while they run.
run "open_another_port" {
  variables {
    web_ports = ["443", "8080-8090"]
  }

  assert {
    condition     = output.web_vm_id == run.create.web_vm_id
    error_message = "new rules replace no VM"
  }

  assert {
    condition     = length(novacron_security_group.web.rules) == 2
    error_message = "both ports are open"
  }
}
