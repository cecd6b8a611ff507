# The limits change more often than the rule, and may be in the hands of other people.
resource "novacron_policy_data" "teams" {
  path = "limits.teams"
  document = jsonencode({
    web   = { cores = 4 }
    batch = { cores = 16 }
  })
}

resource "novacron_policy" "team_cores" {
  name             = "team-cores"
  type             = "resource"
  enforcement_mode = "block"
  rule             = <<-EOT
    package team_cores

    deny contains msg if {
      input.action in {"create_vm", "update_vm"}
      some team, limit in data.limits.teams
      input.resource.metadata.team == team
      input.resource.cpu_cores > limit.cores
      msg := sprintf("%s may have %d cores", [team, limit.cores])
    }
  EOT

  # The policy reads the document: it is created after it and deleted before it.
  depends_on = [novacron_policy_data.teams]
}

data "novacron_policy_data" "teams" {
  path = novacron_policy_data.teams.path
}

output "limits" {
  value = data.novacron_policy_data.teams.document
}
