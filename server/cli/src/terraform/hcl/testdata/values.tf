variable "x" {
  type = string
  default = -5
}
variable "y" { type = list(string) }
resource "a" "b" {
  n = 1.5
  big = 1e3
  t = true
  z = null
  s = "x-${ var.a }-${"lit"}-$${no}\n\t\"q\" \u00e9"
  w = "${var.only}"
  w5 = "${5}"
  l = [1, "a", var.b, [2],
     3 
     + 4,
  ]
  o = { a = 1, "b c" = 2, (var.k) = 3, d : 4
    e.f = 5
  }
  f = { for k, v in var.x : k => v }
  g = [for x in y : x]
  call = merge({ a = 1 }, var.more)
  set = setunion([1], [2])
  p = (1 + 2)
  tern = var.a ? "b" : "c"
  idx = var.a[0].b["c"]
  idx2 = [1,2][0]
  not = !var.a
  neg = -var.a
  h = <<EOT
hello ${var.x}
  more \n
EOT
  h2 = <<-EOT
    hello
      deep
  EOT
  dir = "%{ if var.a }yes%{ else }no%{ endif }"
  dir2 = "%{ for x in var.l ~}  ${x} %{ endfor }!"
  strip = "a  ${~ var.x ~}  b"
  nested { a = 1 }
  nested { a = 2 }
  dynamic "foo" { 
    for_each = var.x
    content { a = foo.value }
  }
  splat = var.a[*].b
  calls = f(g(x))
  tpl = "${f(x)}"
}
resource "a" "c" {}
locals { a = 1 }
locals { b = 2 }
