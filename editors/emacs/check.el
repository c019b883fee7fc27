;;; check.el --- eglot shows our findings, mends one and shows the chain  -*- lexical-binding: t -*-

;;; Commentary:

;; Run by `check'; ROLECALL names the binary and WORKSPACE a copy of tests/interop/workspace.

;;; Code:

(require 'rolecall (expand-file-name "rolecall.el" (file-name-directory load-file-name)))
(require 'flymake)

(setq rolecall-program (getenv "ROLECALL")
      eglot-sync-connect 60
      eglot-connect-timeout 60
      eglot-confirm-server-initiated-edits nil
      make-backup-files nil)

(define-derived-mode terraform-mode prog-mode "Terraform")

(defun check-wait (what condition)
  "Wait until CONDITION gives something; WHAT did not happen otherwise."
  (let ((tries 600) found)
    (while (and (not (setq found (funcall condition))) (> (setq tries (1- tries)) 0))
      (accept-process-output nil 0.1))
    (unless found
      (message "FAILED: %s; findings: %S" what (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))
      (kill-emacs 1))
    found))

(defun check-finding ()
  "The finding about the profile, if it is there."
  (flymake-start)
  (seq-find (lambda (found) (string-match-p "takes an instance profile here" (flymake-diagnostic-text found)))
            (flymake-diagnostics)))

(let ((default-directory (file-name-as-directory (getenv "WORKSPACE"))))
  (find-file "main.tf")
  (terraform-mode)
  (apply #'eglot--connect (eglot--guess-contact))
  (eglot--maybe-activate-editing-mode)
  (let ((found (check-wait "no finding is shown" #'check-finding)))
    (unless (string= (buffer-substring (flymake-diagnostic-beg found) (flymake-diagnostic-end found))
                     "aws_iam_role.web.name")
      (message "FAILED: it is shown at %S"
               (buffer-substring (flymake-diagnostic-beg found) (flymake-diagnostic-end found)))
      (kill-emacs 1))
    ;; This client shows no related places, so the message itself names them.
    (unless (string-match-p "iam.tf:1: " (flymake-diagnostic-text found))
      (message "FAILED: no related place in %S" (flymake-diagnostic-text found))
      (kill-emacs 1))
    (message "%s" (flymake-diagnostic-text found))
    (goto-char (flymake-diagnostic-beg found))
    (let ((hover (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover
                                  (eglot--TextDocumentPositionParams))))
      (unless (string-match-p "broken" (format "%S" hover))
        (message "FAILED: hover is %S" hover)
        (kill-emacs 1)))
    (let* ((actions (eglot-code-actions (flymake-diagnostic-beg found) (flymake-diagnostic-end found) "quickfix"))
           (fix (seq-find (lambda (action) (string-prefix-p "Use " (plist-get action :title))) actions)))
      (unless fix
        (message "FAILED: no fix among %S" actions)
        (kill-emacs 1))
      (eglot--apply-workspace-edit
       (or (plist-get fix :edit)
           (plist-get (jsonrpc-request (eglot--current-server-or-lose) :codeAction/resolve fix) :edit)))))
  ;; Changes are sent when Emacs is idle, which it never is without a screen.
  (eglot--signal-textDocument/didChange)
  (check-wait "the finding stays after its fix" (lambda () (not (check-finding))))
  (unless (string-match-p "aws_iam_instance_profile.web.name" (buffer-string))
    (message "FAILED: the fix left %s" (buffer-string))
    (kill-emacs 1))
  (set-buffer-modified-p nil)
  (eglot-shutdown (eglot--current-server-or-lose)))
(message "findings, hover and fix are as they should be")

;;; check.el ends here
