# Needs no server: Terraform makes up what the server would answer.
mock_provider "novacron" {
  mock_data "novacron_template" {
    defaults = {
      id = "tpl_01jd3v6t7re3h8z9k2m4n5p6q7"
    }
  }

  mock_resource "novacron_network" {
    defaults = {
      id = "net_01jd3v6t7re3h8z9k2m4n5p6q7"
    }
  }

  mock_resource "novacron_vm" {
    defaults = {
      status = "running"
    }
  }
}

run "wiring" {
  assert {
    condition     = novacron_vm.web.network_id == novacron_network.web.id
    error_message = "the VM is in the network of this configuration"
  }

  assert {
    condition     = output.vm.status == "running"
    error_message = "the output has the status"
  }
}
