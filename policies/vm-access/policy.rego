# METADATA
# title: VM Access Policy
# custom:
#   type: access
#   enforcement_mode: block
package novacron

# What is not allowed below is denied.
default allow = false

# Admins may do everything.
allow {
	input.subject.role == "admin"
}

# Operators may look.
allow {
	input.subject.role == "operator"
	input.action == "read"
}
