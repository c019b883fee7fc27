#!/bin/sh
# The image is made first, and its id handed on.
image=$(packer build -machine-readable image.json | awk -F, '/artifact,0,id/ { print $6 }' | cut -d: -f2)
echo "variable \"disk\" { default = \"$image\" }" > disk.tf
terraform apply
