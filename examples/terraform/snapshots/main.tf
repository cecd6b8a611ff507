# A volume, a snapshot of it, and a second volume that begins with what the snapshot holds.
terraform {
  required_providers {
    novacron = {
      source = "novacron/novacron"
    }
  }
}

# Endpoint and key come from NOVACRON_ENDPOINT and NOVACRON_API_KEY.
provider "novacron" {}

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
