;;; rolecall.el --- Broken AWS identity chains, found while you type  -*- lexical-binding: t -*-

;;; Commentary:

;; Registers `rolecall lsp' with eglot.  Load this file, then say M-x eglot in a Terraform file or a template.

;;; Code:

(require 'eglot)

(defvar rolecall-program "rolecall"
  "The rolecall binary.")

(add-to-list 'eglot-server-programs
             `((terraform-mode hcl-mode yaml-mode yaml-ts-mode js-json-mode json-mode json-ts-mode)
               . ,(lambda (&rest _) (list rolecall-program "lsp"))))

(provide 'rolecall)
;;; rolecall.el ends here
