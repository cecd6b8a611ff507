data "novacron_forecast" "orders" {
  name    = "orders_per_minute"
  horizon = "6h"
}

# The most that is expected; null while nothing is known.
output "orders_per_minute_max" {
  value = data.novacron_forecast.orders.known ? max(data.novacron_forecast.orders.upper...) : null
}

output "why_not" {
  value = data.novacron_forecast.orders.reason
}
