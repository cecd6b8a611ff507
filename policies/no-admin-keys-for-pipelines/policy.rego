# METADATA
# title: No Admin Keys For Pipelines
# custom:
#   type: security
#   enforcement_mode: warn
package novacron.no_admin_keys_for_pipelines

deny contains {"field": "role", "msg": message} if {
	input.action == "create_api_key"
	startswith(input.resource.name, "ci-")
	input.resource.role == "admin"
	message := "a pipeline needs no admin key: take operator, or a role of your own"
}
