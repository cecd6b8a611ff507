// The rows of the table of builtins: a name and the type of each argument.

/** Builtins that are functions of the runtime. */
export const NATIVE_ROWS = `
equal any any
neq any any
lt any any
lte any any
gt any any
gte any any
plus number number
minus number|set number|set
mul number number
div number number
rem number number
or set set
and set set
internal.member_2 any any
internal.member_3 any any any
count string|array|object|set
sum array|set
product array|set
max array|set
min array|set
sort array|set
all array|set
any array|set
union set
intersection set
array.concat array array
array.slice array number number
array.reverse array
object.get object any any
object.keys object
object.union object object
object.union_n array
object.remove object array|set|object
object.filter object array|set|object
walk any
is_null any
is_boolean any
is_number any
is_string any
is_array any
is_object any
is_set any
startswith string string
endswith string string
contains string string
concat string array|set
split string string
`;

/** Builtins that run on the host. */
export const HOST_ROWS = `
abs number
ceil number
floor number
round number
to_number null|boolean|number|string
format_int number number
numbers.range number number
numbers.range_step number number number
bits.and number number
bits.or number number
bits.xor number number
bits.lsh number number
bits.rsh number number
bits.negate number
`;
