# METADATA
# title: Personal Data Is Encrypted
# custom:
#   type: data-governance
#   enforcement_mode: block
package novacron.pii_needs_encryption

encrypted if input.resource.metadata.encryption in {"luks", "opal"}

deny contains {"field": "metadata.encryption", "msg": message} if {
	input.action in {"create_vm", "update_vm"}
	input.resource.metadata.data == "pii"
	not encrypted
	message := "disks with personal data are encrypted: set the label encryption to luks or opal"
}
