# At most what the key of the provider may do itself.
resource "novacron_role" "deployer" {
  name        = "deployer"
  description = "Deploys and reads"
  operations  = ["vm.*", "*.get", "*.list", "operation.wait"]
}

# The built-in roles are read the same way.
data "novacron_role" "operator" {
  name = "operator"
}

output "role" {
  value = {
    id             = novacron_role.deployer.id
    operator_reads = contains(data.novacron_role.operator.allowed, "vm.get")
  }
}
