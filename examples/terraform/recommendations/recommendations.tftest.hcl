# A new server has measured nothing yet, so that no size is recommended.
run "read" {
  assert {
    condition     = length([for found in data.novacron_recommendations.all.recommendations : found if found.source == "right_sizing"]) == 0
    error_message = "no size is recommended without measurements"
  }
}
