run "create" {
  assert {
    condition     = output.volume.status == "attached"
    error_message = "the volume is attached when apply is done"
  }
}

run "grow" {
  variables {
    size_gb = 80
  }

  assert {
    condition     = output.volume.id == run.create.volume.id
    error_message = "a larger volume is the same volume"
  }
}

# A smaller one is another volume, and the data is gone; the plan warns of it.
run "shrink" {
  variables {
    size_gb = 50
  }

  assert {
    condition     = output.volume.id != run.create.volume.id
    error_message = "a smaller volume is a new one"
  }
}
