#!/bin/sh
# Dumps the store into a directory, checks the dump, and deletes dumps of more than 14 days.
#
#   sh back-up-store.sh URL-FILE DIRECTORY
set -eu
umask 077
url=$(cat "${1:?name the file with the URL of the database}")
directory=${2:?name the directory of the backups}
file="$directory/novacron-$(date -u +%Y-%m-%dT%H-%M-%SZ).dump"

pg_dump --format=custom --file="$file.partial" "$url"
pg_restore --list "$file.partial" >/dev/null
mv "$file.partial" "$file"
find "$directory" -name 'novacron-*.dump*' -mtime +14 -delete
echo "wrote $file"
