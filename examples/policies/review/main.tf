# Denied: more cores than development gets, and no owner.
resource "novacron_vm" "build" {
  name      = "build-01"
  cpu_cores = 8
  memory_gb = 16
  disk_gb   = 50

  metadata = {
    environment = "development"
  }
}

# Waived: the archive is large for a while.
# novacron:waive "Development Is Small" owner=ann expires=2027-03-31 reason="moves to storage"
resource "novacron_vm" "archive" {
  name      = "archive-01"
  cpu_cores = 2
  memory_gb = 32
  disk_gb   = 50

  metadata = {
    environment = "development"
    owner       = "ann"
  }
}
