run "create" {
  assert {
    condition     = data.novacron_vm_group.web.id == novacron_vm_group.web.id
    error_message = "a group is found by its name"
  }

  assert {
    condition     = novacron_vm_group.web.size == 2
    error_message = "without desired_size a group begins with min_size"
  }

  assert {
    condition     = length(novacron_vm_group.web.member_ids) == 2
    error_message = "every member is there"
  }
}
