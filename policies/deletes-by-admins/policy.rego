# METADATA
# title: Deletes By Admins
# custom:
#   type: access
#   enforcement_mode: block
package novacron.deletes_by_admins

default allow := false

allow if input.subject.role == "admin"

allow if not startswith(input.action, "delete_")
