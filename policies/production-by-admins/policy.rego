# METADATA
# title: Production Changed By Admins
# custom:
#   type: access
#   enforcement_mode: block
package novacron.production_by_admins

default allow := false

allow if input.subject.role == "admin"

allow if not production

# What is taken out of production counts as production too.
production if input.resource.metadata.environment == "production"

production if input.before.metadata.environment == "production"
