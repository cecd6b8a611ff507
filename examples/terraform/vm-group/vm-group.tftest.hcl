run "create" {
  assert {
    condition     = novacron_vm_group.web.size == 2
    error_message = "without desired_size a group begins with min_size"
  }

  assert {
    condition     = length(novacron_vm_group.web.member_ids) == 2
    error_message = "every member is there"
  }
}
