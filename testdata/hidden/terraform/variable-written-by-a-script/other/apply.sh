#!/bin/sh
echo 'variable "name" {}' > main.tf
