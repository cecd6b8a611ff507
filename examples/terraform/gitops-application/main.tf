resource "novacron_gitops_application" "staging" {
  name            = "web-staging"
  repository      = "https://git.example.com/infra.git"
  path            = "environments/staging"
  target_revision = "main"
  environment     = "staging"
  run_as          = "deployer"
  automatic       = true
}

resource "novacron_gitops_application" "production" {
  name         = "web"
  repository   = "https://git.example.com/infra.git"
  path         = "environments/production"
  environment  = "production"
  run_as       = "deployer"
  promote_from = novacron_gitops_application.staging.name
  approval     = "always"
}

data "novacron_gitops_application" "production" {
  name = novacron_gitops_application.production.name
}

output "status" {
  value = data.novacron_gitops_application.production.sync_status
}
