run "create" {
  assert {
    condition     = novacron_snapshot.before.size_gb == novacron_storage.data.size_gb
    error_message = "a snapshot has the size of its volume"
  }

  assert {
    condition     = novacron_storage.rehearsal.source_snapshot_id == novacron_snapshot.before.id
    error_message = "the second volume begins with the snapshot"
  }
}
