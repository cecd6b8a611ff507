run "create" {
  assert {
    condition     = output.key.fingerprint == "SHA256:c9vPc3NfWhPywI+OR3E9+woJbuAnoyMOCWaMGgIytDU"
    error_message = "the fingerprint is that of ssh-keygen -l"
  }
}

# Another key is another resource, which the VM names from then on.
run "replace" {
  variables {
    public_key_file = "ann-2027.pub"
  }

  assert {
    condition     = output.key.id != run.create.key.id
    error_message = "another key is a replacement"
  }
  assert {
    condition     = output.vm_id == run.create.vm_id
    error_message = "the VM stays"
  }
}
