# METADATA
# title: Production Changed By Terraform
# custom:
#   type: access
#   enforcement_mode: block
package novacron.production_by_terraform

default allow := false

allow if input.context.client == "terraform"

allow if input.subject.role == "admin"

allow if not production

production if input.resource.metadata.environment == "production"
