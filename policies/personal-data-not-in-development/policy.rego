# METADATA
# title: Personal Data Not In Development
# custom:
#   type: data-governance
#   enforcement_mode: block
package novacron.personal_data_not_in_development

deny contains {"field": "metadata.data", "msg": message} if {
	input.action in {"create_vm", "update_vm"}
	input.resource.metadata.data == "pii"
	input.resource.metadata.environment in {"development", "test"}
	message := sprintf("personal data is not for %s: make it anonymous first", [input.resource.metadata.environment])
}
