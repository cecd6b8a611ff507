run "create" {
  assert {
    condition     = output.reserved.deadline == novacron_reservation.release_day.deadline
    error_message = "the reservation is found by its name"
  }
}
