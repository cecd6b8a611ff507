run "without_history" {
  assert {
    condition     = !data.novacron_forecast.orders.known
    error_message = "nothing is known of a metric that nothing writes"
  }

  assert {
    condition     = output.orders_per_minute_max == null && output.why_not == "no_series"
    error_message = "nothing is made up"
  }
}
