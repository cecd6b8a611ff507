resource "novacron_storage" "data" {
  name    = "data"
  size_gb = 20
}

resource "novacron_snapshot" "before" {
  name        = "before-upgrade"
  volume_id   = novacron_storage.data.id
  description = "Before the upgrade to 2.0"
}

resource "novacron_storage" "rehearsal" {
  name               = "rehearsal"
  size_gb            = 30
  type               = "hdd"
  source_snapshot_id = novacron_snapshot.before.id
}
