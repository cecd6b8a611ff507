# Title
# second

package   demo # pkg


import rego.v1
import data.x.y   as z
# about allow
default allow:=false
default foo := 1
allow if { input.x==1; input.y in {"a","b",} } else := 3 if { not input.z }


deny contains msg if {

  some vm in input.vms  # each
  x := {"a": 1,
    "b": [1,2,3],
    # why
    "c": {y | some y in [1,2]; y > 1}
  }

  # last words
  msg := sprintf("%s %d", [
     vm.name, -1])
  count([v |
     some v in input.xs
     v.a - 1 == -2
  ]) > 3
  x.y with input as {"a":1} with data.b as
    2
  allowed(a,
  b)
  # end
}
f(x) := y if {y := x+1}
# eof
