resource "novacron_reservation" "release_day" {
  name        = "release-day"
  cpu_cores   = 4
  memory_gb   = 8
  disk_gb     = 40
  ttl_seconds = 86400
}

data "novacron_reservation" "release_day" {
  name = novacron_reservation.release_day.name
}

output "reserved" {
  value = {
    node     = novacron_reservation.release_day.node
    deadline = data.novacron_reservation.release_day.deadline
  }
}
