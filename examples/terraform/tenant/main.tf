variable "vms_max" {
  description = "How many VMs the tenant may have."
  type        = number
  default     = 20
}

# Quotas that are not listed are not limited, features that are not listed have their defaults.
resource "novacron_tenant" "research" {
  name        = "research"
  description = "Models and their data"
  quotas      = { vms = var.vms_max, volume_gb = 2000 }
  features    = { graphql = false }
}

# The tenant as it is, with what it uses.
data "novacron_tenant" "research" {
  id = novacron_tenant.research.id
}

output "tenant" {
  value = {
    id       = novacron_tenant.research.id
    vms_used = data.novacron_tenant.research.usage.vms
    vms_max  = lookup(data.novacron_tenant.research.quotas, "vms", null)
  }
}
