data "novacron_cost" "shop" {
  labels = "team=shop"
}

output "shop" {
  value = {
    currency = data.novacron_cost.shop.currency
    so_far   = data.novacron_cost.shop.total
    expected = data.novacron_cost.shop.expected
    by_kind  = { for line in data.novacron_cost.shop.amounts : line.kind => line.amount }
  }
}
