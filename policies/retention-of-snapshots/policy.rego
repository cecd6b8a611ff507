# METADATA
# title: Retention Of Snapshots
# custom:
#   type: data-governance
#   enforcement_mode: block
package novacron.retention_of_snapshots

deny contains message if {
	input.action == "delete_snapshot"
	startswith(input.resource.name, "legal-")
	message := sprintf("%s is kept for legal reasons; the law department renames it when it may go", [input.resource.name])
}
