# METADATA
# title: Protected Resources
# custom:
#   type: security
#   enforcement_mode: block
package novacron.protected_resources

deny contains message if {
	startswith(input.action, "delete_")
	input.resource.metadata["protected"] == "true"
	message := sprintf("%s is protected: set its label protected to false first", [input.resource.name])
}
