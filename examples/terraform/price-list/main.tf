resource "novacron_price_list" "standard" {
  name       = "standard"
  currency   = "EUR"
  valid_from = "2026-01-01T00:00:00Z"

  node_classes = [
    {
      name      = "default"
      cpu_core  = 0.02
      memory_gb = 0.005
      disk_gb   = 0.0001
    },
    {
      name          = "gpu"
      cpu_core      = 0.05
      memory_gb     = 0.008
      spot_discount = 0.6
    },
  ]

  volume_gb = {
    ssd = 0.0002
    hdd = 0.00005
  }
  addresses   = [{ name = "public", price = 0.004 }]
  snapshot_gb = 0.0001
}

data "novacron_price_list" "standard" {
  name = novacron_price_list.standard.name
}

output "core_per_hour" {
  value = [
    for prices in data.novacron_price_list.standard.node_classes : prices.cpu_core if prices.name == "default"
  ]
}
