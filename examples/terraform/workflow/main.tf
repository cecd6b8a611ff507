resource "novacron_workflow" "grow_volume" {
  text = file("${path.module}/grow-volume.yaml")
}

data "novacron_workflow" "grow_volume" {
  name = novacron_workflow.grow_volume.name
}

output "version" {
  value = data.novacron_workflow.grow_volume.version
}
