run "create" {
  assert {
    condition     = alltrue([for version in output.web_versions : version == 1])
    error_message = "the VMs are made from the first version"
  }

  assert {
    condition     = alltrue([for size in output.web_sizes : size == "1 cores, 2 GB"])
    error_message = "the VMs have the sizes of their template"
  }

  assert {
    condition     = output.ubuntu_image == "builtin:ubuntu-24.04"
    error_message = "a built-in template says which image it is"
  }
}

# VMs keep what they were made from.
run "change_the_firmware" {
  variables {
    firmware = "uefi"
  }

  assert {
    condition     = novacron_template.web.version == 2
    error_message = "another firmware is another version"
  }

  assert {
    condition     = alltrue([for version in output.web_versions : version == 1])
    error_message = "the VMs are as before"
  }
}
