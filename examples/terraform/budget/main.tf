resource "novacron_budget" "research" {
  name          = "research"
  hourly_limit  = 500
  monthly_limit = 15000
  enforcement   = "refuse"
}

data "novacron_budget" "research" {
  name = novacron_budget.research.name
}

output "level" {
  value = data.novacron_budget.research.level
}
